import Postgres

/// Which params stand in the row of a task that waits, beside the one that is kept: small ones, which a claim then need not look up.
enum TravellingParams {
    /// The longest that travel.
    ///
    /// A look-up costs PostgreSQL about 2 µs of a claim; writing and logging so many bytes twice costs less.
    static let mostBytes = 512

    /// Params to be written with a waiting task; nil when they are looked up at its claim.
    static func of(_ params: UTF8Text) -> UTF8Text? { params.utf8.count <= mostBytes ? params : nil }
}
