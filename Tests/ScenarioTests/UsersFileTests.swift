import Foundation
import SchedulerTesting
import Testing

@testable import muster

@Suite(.timeLimit(.minutes(2))) struct `A file of spammers` {
    // I1
    @Test func `is redacted user by user, by one command`() async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let main = try await sandbox.fleet.startMain()
            let file = "\(FileManager.default.temporaryDirectory.path)/muster-spammers-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: file) }
            let bystander = sandbox.world.spam.bystanders[0]
            try "# who spammed on Monday\n\(sandbox.world.spam.spammer)\n\n  \(bystander)\r\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            let submitted = try await MusterBinary.run(
                ["tasks", "submit", "redact_users", "--users-file", file, "--params", #"{"reason": "spam"}"#]
                    + sandbox.fleet.sharedConfiguration)
            try #require(submitted.code == 0, "\(submitted)")
            let task = try await main.ended(submitted.output.trimmingCharacters(in: .whitespacesAndNewlines))
            #expect(task.status == "complete" && task.progress?.done == 2 && task.progress?.total == 2, "\(task)")
            #expect(sandbox.redactions.allSatisfy { $0 == 1 })
        }
    }

    @Test(arguments: ["# nobody\n\n", "\u{FEFF}not a user id\n"])
    func `that names no user is refused before anything is stored`(_ text: String) async throws {
        try await SandboxFleet.with { sandbox in
            try await sandbox.fleet.start("background_worker")
            let file = "\(FileManager.default.temporaryDirectory.path)/muster-spammers-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let answer = try await MusterBinary.run(
                ["tasks", "submit", "redact_users", "--users-file", file] + sandbox.fleet.sharedConfiguration)
            #expect(answer.code != 0 && answer.output.isEmpty && answer.error.contains("user"), "\(answer)")
            let twice = try await MusterBinary.run(
                ["tasks", "submit", "redact_users", "--users-file", file, "--params", #"{"users": ["@a:b"]}"#]
                    + sandbox.fleet.sharedConfiguration)
            #expect(twice.code != 0, "\(twice)")
            let listed = try await MusterBinary.run(["tasks", "--json"] + sandbox.fleet.sharedConfiguration)
            #expect(listed.code == 0 && !listed.output.contains("redact_users"), "\(listed)")
        }
    }
}
