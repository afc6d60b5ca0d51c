import Migrations

/// The indexes that the migrations made, with the command that makes each again; those of partitions are not among them.
enum ExpectedIndexes {
    /// Name of the index, and its command.
    static let all: [(name: String, command: String)] = {
        var found: [(name: String, command: String)] = []
        var ofPartitions: Set<String> = []
        for statement in Migrations.schema.split(separator: ";") {
            let words = statement.split { $0 == " " || $0.isNewline }
            let command = words.joined(separator: " ")
            if command.hasPrefix("CREATE INDEX ") {
                found.append((String(words[2]), command))
            } else if command.hasPrefix("CREATE UNIQUE INDEX ") {
                found.append((String(words[3]), command))
            } else if command.hasPrefix("ALTER INDEX "), let name = words.last {
                ofPartitions.insert(String(name.drop { $0 != "." }.dropFirst()))
            } else if let constraint = words.firstIndex(of: "CONSTRAINT"), command.hasPrefix("ALTER TABLE "),
                command.contains(" PRIMARY KEY ") || command.contains(" UNIQUE ")
            {
                found.append((String(words[constraint + 1]), command))
            }
        }
        return found.filter { !ofPartitions.contains($0.name) }
    }()
}
