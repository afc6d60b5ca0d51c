import Scheduler

/// What a complete task says of its effect, which is not all that was asked for where somebody could not be sure.
///
/// The rule for every action: `not_verified` in a result holds a sentence for each reason to doubt, `notes` one for each remark.
enum TaskEffect {
    private struct Told: Decodable {
        var doubts: [String]
        var notes: [String]
        var isVerified: Bool?
        var isDryRun: Bool

        private enum CodingKeys: String, CodingKey {
            case verified, notes
            case doubts = "not_verified"
            case wouldRedact = "would_redact"
        }

        /// Reads the keys that have the expected form: other actions may mean something else by them.
        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            doubts = (try? keys.decodeIfPresent([String].self, forKey: .doubts)) ?? []
            notes = (try? keys.decodeIfPresent([String].self, forKey: .notes)) ?? []
            isVerified = try? keys.decodeIfPresent(Bool.self, forKey: .verified)
            isDryRun = keys.contains(.wouldRedact)
        }
    }

    /// Why a complete task is not verified, in one line; nil when nothing speaks against it.
    static func doubt(about task: TaskRecord) -> String? {
        guard task.status == .complete else { return nil }
        let told = told(by: task)
        if let told, !told.doubts.isEmpty { return line(told.doubts) }
        if let progress = task.progress, progress.failed > 0 { return TaskTable.counters(progress) + "; the result says what." }
        // Stored by an older build, which gave no reasons.
        return told?.isVerified == false && told?.isDryRun == false ? "the result says what may be left." : nil
    }

    /// What else there is to say of what a complete task left as it was.
    static func notes(on task: TaskRecord) -> [String] {
        task.status == .complete ? told(by: task)?.notes.map(InertText.make) ?? [] : []
    }

    private static func told(by task: TaskRecord) -> Told? { task.result.flatMap { try? $0.decode(Told.self) } }

    private static func line(_ sentences: [String]) -> String { InertText.make(sentences.joined(separator: " ")) }
}
