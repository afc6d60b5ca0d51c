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
        let rows = try await StoreFailure.wrapping("registering actions") {
            try await client.execute(RegisterActions(actions: catalogue.actions))
        }
        let numbers = Dictionary(rows.map { ($0.name, $0.id) }) { first, _ in first }
        known.withLock { $0 = numbers }
        return numbers
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
