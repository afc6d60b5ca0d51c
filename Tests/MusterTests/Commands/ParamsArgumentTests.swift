import Foundation
import Scheduler
import Testing

@testable import muster

@Suite struct `Params on the command line` {
    @Test func `they are the text, a file, or standard input`() throws {
        #expect(try ParamsArgument.read("{\"a\":1}") == JSONBytes("{\"a\":1}"))
        let folder = try ConfigurationFolder()
        #expect(try ParamsArgument.read("@" + folder.write("p.json", "{\"b\":2}")) == JSONBytes("{\"b\":2}"))
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("{\"c\":3}".utf8))
        try pipe.fileHandleForWriting.close()
        #expect(try ParamsArgument.read("-", input: pipe.fileHandleForReading) == JSONBytes("{\"c\":3}"))
    }

    @Test func `a file of rooms or users becomes the list, without its empty lines and remarks`() throws {
        let folder = try ConfigurationFolder()
        let file = try folder.write("ids.txt", "# spam\n!a:x\n\n  !b:x \r\n")
        #expect(
            try ListFileArgument.rooms.add(file, to: JSONBytes("{\"block\":true}"))
                == JSONBytes("{\"block\":true,\"rooms\":[\"!a:x\",\"!b:x\"]}"))
        #expect(try ListFileArgument.users.add(file, to: JSONBytes("{}")) == JSONBytes("{\"users\":[\"!a:x\",\"!b:x\"]}"))
        #expect(throws: CommandFailure.self) { try ListFileArgument.rooms.add(file, to: JSONBytes("{\"rooms\":[]}")) }
        #expect(throws: CommandFailure.self) { try ListFileArgument.rooms.add(folder.write("none.txt", "#\n"), to: JSONBytes("{}")) }
    }

    @Test(arguments: ["", "[1]", "1", "{", "nonsense", "@/nowhere/at/all"])
    func `anything but one object is refused, without its content`(text: String) {
        #expect {
            _ = try ParamsArgument.read(text)
        } throws: { error in
            guard let failure = error as? CommandFailure else { return false }
            return failure.status == .usage && !failure.description.contains("nonsense")
        }
    }

    @Test func `a key that is given twice is named`() {
        let error = #expect(throws: CommandFailure.self) { try ParamsArgument.read("{\"purge\":false,\"purge\":true}") }
        #expect(error.map { "\($0)".contains("'purge'") } == true)
    }
}
