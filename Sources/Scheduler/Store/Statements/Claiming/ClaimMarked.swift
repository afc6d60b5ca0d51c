import Foundation
import Postgres

/// Takes due tasks as ``ClaimTasks`` does, and marks those of limited actions, so that they are counted.
///
/// Sent in place of ``ClaimWithin`` when every limited action has room for a whole claim: then nothing has to be numbered. Sent in the
/// transaction that holds the turn of those actions (``LockLimits``) and has counted their room (``FindRoom``). Everything else is as there.
struct ClaimMarked: Statement {
    static let name = "claim_marked"
    static let sql = ClaimTasks.text(mark: ClaimTasks.mark("$10::bigint", limited: "$9::smallint[]"))

    let claim: ClaimTasks
    let limited: [Int16]
    /// From ``FindRoom``.
    let mark: Int64

    func bind(_ binds: inout Binds) {
        claim.bind(&binds)
        binds.add(limited)
        binds.add(mark)
    }

    static func decode(_ row: inout RowReader) throws -> ClaimTasks.Row { try ClaimTasks.decode(&row) }
}
