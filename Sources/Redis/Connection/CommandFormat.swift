/// How commands travel: each is a counted list of counted strings, so any byte may occur in them.
enum CommandFormat {
    static func bytes(_ commands: [[[UInt8]]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(commands.reduce(0) { $0 + $1.reduce(16) { $0 + $1.count + 16 } })
        for command in commands {
            head("*", command.count, &bytes)
            for argument in command {
                head("$", argument.count, &bytes)
                bytes += argument
                bytes += "\r\n".utf8
            }
        }
        return bytes
    }

    private static func head(_ kind: String, _ count: Int, _ bytes: inout [UInt8]) {
        bytes += kind.utf8
        bytes += String(count).utf8
        bytes += "\r\n".utf8
    }
}
