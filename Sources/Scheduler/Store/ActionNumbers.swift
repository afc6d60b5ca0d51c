import Postgres
import Synchronization

/// The store's number of each action: hot rows carry two bytes, not a name.
final class ActionNumbers: Sendable {
    private let client: PostgresClient
    private let catalogue: Catalogue
    private let known = Mutex<[ActionName: Int16]>([:])

    init(client: PostgresClient, catalogue: Catalogue) {
        self.client = client
        self.catalogue = catalogue
    }

    /// The numbers of all actions of the catalogue; registered with their policies the first time that anybody asks.
    func all() async throws -> [ActionName: Int16] {
        let cached = known.withLock { $0 }
        guard cached.count != catalogue.names.count || cached.isEmpty else { return cached }
        var numbers: [ActionName: Int16] = [:]
        // A second look finds what another process was adding during the first.
        for _ in 0..<3 where numbers.count < catalogue.names.count {
            let rows = try await StoreFailure.wrapping("registering actions") {
                try await client.execute(RegisterActions(actions: catalogue.actions))
            }
            numbers = Dictionary(rows.map { ($0.name, $0.id) }) { first, _ in first }
        }
        let complete = numbers
        known.withLock { $0 = complete }
        return complete
    }

    /// The number of one action of the catalogue.
    func number(of action: ActionName) async throws -> Int16 {
        guard let number = try await all()[action] else { throw Self.unknown(action, catalogue) }
        return number
    }

    static func unknown(_ action: ActionName, _ catalogue: Catalogue) -> SchedulerError {
        SchedulerError(
            .unknownAction,
            "There is no action named '\(action.rawValue.prefix(100))'. Known: \(catalogue.names.map(\.rawValue).joined(separator: ", ")).",
            field: "action")
    }
}
