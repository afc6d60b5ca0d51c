/// What is wrong with the configuration files: every problem that was found, not only the first.
struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// One line each: file, line, key, what is wrong and what to write instead; never a secret's value (I11).
    let problems: [String]

    /// The problems, a line each.
    var description: String { problems.joined(separator: "\n") }
}
