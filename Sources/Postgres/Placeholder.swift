enum PostgresPlaceholder {}
public final class PostgresClient: Sendable {}
