/// One numbered script that takes the schema from one version to the next.
public struct Migration: Sendable, Hashable {
    /// Counted from 1; the version of the schema after it.
    public let version: Int
    /// What it is about, as in its file's name.
    public let name: String
    /// Its commands, run as one transaction.
    public let sql: String
    /// The oldest Muster that works on the schema after it.
    public let oldest: Release
}

/// A released version of Muster, as far as schemas are concerned.
public struct Release: Sendable, Hashable {
    /// As people know it, such as `0.2.0`.
    public let version: String
    /// The schema that it was made for.
    public let schema: Int

    /// A released version.
    public init(version: String, schema: Int) {
        self.version = version
        self.schema = schema
    }

    /// The first that later scripts must leave able to work: it looks at no row of ``Migration/oldest``, and wants nothing later than its own.
    public static let muster02 = Release(version: "0.2.0", schema: 9)
}

/// Every script of this folder, in order.
///
/// Forward only: a released script is never changed or renamed.
public enum Migrations {
    /// All scripts, in order.
    public static let all: [Migration] = [
        script(1, "tasks", PackageResources._001_tasks_sql),
        script(2, "processes", PackageResources._002_processes_sql),
        script(3, "access", PackageResources._003_access_sql),
        script(4, "numbers", PackageResources._004_numbers_sql),
        script(5, "limits", PackageResources._005_limits_sql),
        script(6, "partitions", PackageResources._006_partitions_sql),
        script(7, "ended_badly", PackageResources._007_ended_badly_sql),
        script(8, "ready_params", PackageResources._008_ready_params_sql),
        script(9, "limit_marks", PackageResources._009_limit_marks_sql),
        script(10, "search_paths", PackageResources._010_search_paths_sql),
        script(11, "owner", PackageResources._011_owner_sql),
        script(12, "deferred_since", PackageResources._012_deferred_since_sql),
    ]

    /// The version that this build needs.
    public static var current: Int { all.last?.version ?? 0 }

    /// The end state of all scripts, as `scripts/dump-schema` writes it.
    public static var schema: String { String(decoding: PackageResources.schema_sql, as: UTF8.self) }

    /// Up to this one, versions are written where Muster 0.2.0 looks, which starts beside no later one; the rest stands where it does not.
    public static let lastStrict = 9

    /// The query that lists what the schema is made of: kind, name and detail of each part.
    public static var catalogueQuery: String { String(decoding: PackageResources.catalogue_sql, as: UTF8.self) }

    /// What that query gives after all scripts, as `scripts/dump-schema` writes it: a part a line, fields parted by tabs.
    public static var catalogue: String { String(decoding: PackageResources.catalogue_txt, as: UTF8.self) }

    private static func script(_ version: Int, _ name: String, _ bytes: [UInt8], oldest: Release = .muster02) -> Migration {
        Migration(version: version, name: name, sql: String(decoding: bytes, as: UTF8.self), oldest: oldest)
    }
}
