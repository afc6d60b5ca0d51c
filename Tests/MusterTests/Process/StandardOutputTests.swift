import Foundation
import SchedulerTesting
import Subprocess
import SystemPackage
import Testing

@testable import muster

/// What a command does when what it shows cannot be shown.
@Suite(.timeLimit(.minutes(2))) struct `A command's standard output` {
    private func run(_ arguments: [String], to descriptor: Int32) async throws -> (status: TerminationStatus, error: String) {
        let result = try await Subprocess.run(
            .path(.init(try MusterBinary.path)), arguments: Arguments(arguments), input: .none,
            output: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true),
            error: .string(limit: 1 << 20))
        return (result.terminationStatus, result.standardError)
    }

    @Test(arguments: [["manifest", "--json"], ["--help"], ["manifest", "--help"], ["--version"]])
    func `on a full disk is a failure, in words`(arguments: [String]) async throws {
        let answer = try await run(arguments, to: open("/dev/full", O_WRONLY))
        #expect(answer.status == .exited(1))
        #expect(answer.error.hasPrefix("muster: Standard output could not be written (No space left on device)"))
    }

    @Test(arguments: [["manifest"], ["--help"]])
    func `whose reader has seen enough ends it without a word`(arguments: [String]) async throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let answer = try await run(arguments, to: ends[1])
        #expect(answer.status == .exited(1) && answer.error.isEmpty, "\(answer)")
    }

    @Test func `that is closed is no file and no connection of the process`() async throws {
        // Number 1 would become what is opened first: here the configuration, or its database.
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", "exec \"$0\" manifest >&-", try MusterBinary.path], input: .none, output: .discarded,
            error: .string(limit: 1 << 20))
        #expect(result.terminationStatus == .exited(0) && result.standardError.isEmpty)
    }
}
