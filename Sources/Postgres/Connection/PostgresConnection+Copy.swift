import CLibPQ

extension PostgresConnection {
    /// Loads rows by binary `COPY` and returns how many.
    ///
    /// `table` may carry a schema (`app.tasks`); names are quoted. `encode` adds each row's values in the order of `columns`, and their
    /// types must be exactly those of the columns: nothing is cast. All rows or none are stored.
    public func copyIn<Rows: Sequence & Sendable>(
        _ table: String, columns: [String], rows: Rows, encode: @Sendable (Rows.Element, inout Binds) -> Void
    ) async throws -> Int {
        try await cancellable { connection in
            try connection.runCopyIn(table, columns: columns, rows: rows, encode: encode)
        }
    }

    /// The same on the connection's own thread, inside ``with(_:)`` or ``transaction(_:)``.
    public func runCopyIn<Rows: Sequence>(
        _ table: String, columns: [String], rows: Rows, encode: (Rows.Element, inout Binds) -> Void
    ) throws -> Int {
        try copy(into: table, columns: columns) { wire, name in
            try send(rows, fields: columns.count, name: name, over: wire, encode: encode)
        }
    }

    /// Loads `count` rows whose bytes the caller writes itself: the way with the least work a row.
    ///
    /// `write` appends row number n with ``CopyRows/begin()`` and one value for each column.
    public func runCopyIn(_ table: String, columns: [String], count: Int, write: (Int, inout CopyRows) -> Void) throws -> Int {
        try copy(into: table, columns: columns) { wire, name in
            var rows = CopyRows(fields: Int16(clamping: columns.count), bytes: copySignature)
            for index in 0..<count {
                write(index, &rows)
                if rows.bytes.count >= CopyRows.chunk {
                    try rows.bytes.withUnsafeBytes { try wire.sendCopy($0, statement: name) }
                    rows.bytes.removeAll(keepingCapacity: true)
                }
            }
            Int16(-1).write(into: &rows.bytes)
            try rows.bytes.withUnsafeBytes { try wire.sendCopy($0, statement: name) }
        }
    }

    private func copy(into table: String, columns: [String], _ send: (Wire, String) throws -> Void) throws -> Int {
        let name = "copy into \(table)"
        let target = table.split(separator: ".").map(Self.quoted).joined(separator: ".")
        let list = columns.map { Self.quoted($0[...]) }.joined(separator: ", ")
        return try command(name) { wire in
            try wire.sendSimple("COPY \(target) (\(list)) FROM STDIN (FORMAT binary)", statement: name)
            let opening = try wire.nextResult(statement: name)
            guard let opening, opening.status == PGRES_COPY_IN else {
                while try wire.nextResult(statement: name) != nil {}
                throw opening.map { PostgresError($0, on: wire) } ?? wire.lost(statement: name)
            }
            var refusal: String?
            do {
                try send(wire, name)
            } catch let error as PostgresError where error.code == .invalidUse {
                refusal = error.message
            }
            try wire.endCopy(refusing: refusal, statement: name)
            do {
                return try collect(wire, statement: name).affected
            } catch {
                throw refusal.map { PostgresError(code: .invalidUse, message: $0, statement: name) } ?? error
            }
        }
    }

    private func send<Rows: Sequence>(
        _ rows: Rows, fields: Int, name: String, over wire: Wire, encode: (Rows.Element, inout Binds) -> Void
    ) throws {
        let chunkSize = 64 * 1024
        var chunk = copySignature
        chunk.reserveCapacity(chunkSize * 2)
        var binds = takeBinds()
        defer { spareBinds = binds }
        for row in rows {
            binds.removeAll()
            encode(row, &binds)
            guard binds.ends.count == fields else {
                throw PostgresError(
                    code: .invalidUse, message: "a row has \(binds.ends.count) values for \(fields) columns", statement: name)
            }
            binds.appendTuple(to: &chunk)
            if chunk.count >= chunkSize {
                try chunk.withUnsafeBytes { try wire.sendCopy($0, statement: name) }
                chunk.removeAll(keepingCapacity: true)
            }
        }
        Int16(-1).write(into: &chunk)
        try chunk.withUnsafeBytes { try wire.sendCopy($0, statement: name) }
    }

    static func quoted(_ identifier: Substring) -> String {
        "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Signature, flags and extension length that open a binary COPY.
private let copySignature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

extension Binds {
    fileprivate func appendTuple(to chunk: inout [UInt8]) {
        Int16(clamping: ends.count).write(into: &chunk)
        var start = 0
        for end in ends {
            guard end >= 0 else {
                Int32(-1).write(into: &chunk)
                continue
            }
            Int32(clamping: end - start).write(into: &chunk)
            chunk.append(contentsOf: bytes[start..<end])
            start = end
        }
    }
}
