import Foundation
import Postgres

/// Says that a duty's turn came to nothing, so that it is due at once, for whoever is next.
///
/// Locks the duty's one row for the transaction; served by its primary key. Changes nothing when somebody else has taken the turn meanwhile.
struct GiveTurnBack: Statement {
    static let name = "give_turn_back"
    static let sql = "UPDATE muster.duty SET taken_at = 'epoch' WHERE name = $1::text AND taken_by = $2::uuid"

    let duty: String
    let incarnation: UUID

    func bind(_ binds: inout Binds) {
        binds.add(duty)
        binds.add(incarnation)
    }
}
