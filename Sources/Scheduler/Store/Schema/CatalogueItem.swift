import Migrations

/// One part of the schema, as a database has it or as the migrations make it.
struct CatalogueItem: Sendable, Hashable {
    /// A table, view, sequence, column, constraint, function, trigger, rule or policy.
    var kind: String
    /// Its name, after that of its table where it has one.
    var name: String
    /// What else is compared: a type, a definition, the hash of a body.
    var detail: String

    /// What the migrations make.
    static let expected: [CatalogueItem] = Migrations.catalogue.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3 else { return nil }
        return CatalogueItem(kind: fields[0], name: fields[1], detail: fields[2])
    }
}
