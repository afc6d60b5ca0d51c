import ArgumentParser
import Foundation
import Scheduler

/// Asks before something is done that cannot be undone; only where a person is at the keyboard.
struct Confirmation: ParsableArguments {
    @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do not ask before what cannot be undone; a script is never asked.")
    var isGiven = false

    /// Goes on when the answer is yes, when it was given beforehand, or when nobody is there to be asked.
    ///
    /// - Parameter question: what will be done, as one sentence
    /// - Throws: ``CommandFailure`` with status `failed` when the answer is anything else.
    func ask(_ question: String, isInteractive: Bool = Self.isInteractive, answer: () -> String? = { readLine() }) throws {
        guard !isGiven, isInteractive else { return }
        FileHandle.standardError.write(Data((InertText.make(question) + " Go on? [y/N] ").utf8))
        let answer = answer()
        // Nobody pressed the return key at the end of input.
        if answer == nil { FileHandle.standardError.write(Data("\n".utf8)) }
        let word = (answer ?? "").trimmingCharacters(in: .whitespaces).lowercased()
        guard word == "y" || word == "yes" else { throw CommandFailure(.failed, "Nothing was done.") }
    }

    private static var isInteractive: Bool { Terminal(descriptor: STDIN_FILENO).isTerminal && Terminal.error.isTerminal }
}

/// Which submissions cannot be undone.
enum Irreversible {
    /// Actions that take nothing away: a quarantine can be lifted, a rate limit is put back.
    private static let harmless: Set<ActionName> = ["quarantine_user_media", "restore_rate_limit"]

    private struct Rehearsal: Decodable {
        var dryRun: Bool?

        enum CodingKeys: String, CodingKey {
            case dryRun = "dry_run"
        }
    }

    /// What a submission destroys, as a sentence; nil when it destroys nothing.
    ///
    /// - Parameter subject: what the params say that the task is about
    static func question(_ request: TaskRequest, about subject: String? = nil) -> String? {
        guard !harmless.contains(request.action) else { return nil }
        guard (try? request.params.decode(Rehearsal.self))?.dryRun != true else { return nil }
        let place = (subject ?? request.resourceID).map { " for \($0)" } ?? ""
        return "What \(request.action)\(place) does cannot be undone."
    }
}
