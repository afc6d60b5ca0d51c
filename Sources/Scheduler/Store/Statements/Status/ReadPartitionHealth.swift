import Postgres

/// How the partitions stand: how far ahead they reach, how long the oldest has been due, how many rows the default partition has.
///
/// Locks nothing; `partition` has a row for each, and the default partition's rows are counted to 100,000.
struct ReadPartitionHealth: Statement {
    typealias Row = (partitions: Int64, aheadMilliseconds: Int64?, overdueMilliseconds: Int64?, strays: Int64)

    static let name = "read_partition_health"
    static let sql = """
        SELECT pg_catalog.count(*), (pg_catalog.max(until_id) >> 20) - (muster.id_at(muster.clock()) >> 20),
            (muster.id_at(muster.clock() - $1::bigint::float8 * interval '1 ms') >> 20) - (pg_catalog.min(until_id) >> 20),
            (SELECT pg_catalog.count(*) FROM (SELECT 1 FROM muster.task_default LIMIT 100000) d)
        FROM muster.partition
        """

    let shortest: Duration

    func bind(_ binds: inout Binds) { binds.add(shortest.milliseconds) }

    static func decode(_ row: inout RowReader) throws -> Row {
        (try row.next(), try row.next(), try row.next(), try row.next())
    }
}
