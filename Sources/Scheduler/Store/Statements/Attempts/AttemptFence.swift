import Foundation
import Postgres

/// What every write of a running attempt is fenced by (I4).
struct AttemptFence: Sendable, Hashable {
    var id: Int64
    var attempt: Int16
    var incarnation: UUID

    func bind(_ binds: inout Binds) {
        binds.add(id)
        binds.add(attempt)
        binds.add(incarnation)
    }
}
