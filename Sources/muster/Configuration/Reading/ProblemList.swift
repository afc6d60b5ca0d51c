/// Collects what is wrong while a configuration is read, so that one run shows all of it.
final class ProblemList {
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    /// Notes a problem at a place.
    func add(_ place: ConfigurationNode.Place, _ problem: String) { add("\(place): \(problem)") }

    /// Notes a problem that has no line of its own, such as a key that is missing.
    func add(_ problem: String) {
        let line = InertText.make(problem)
        if !problems.contains(line) { problems.append(line) }
    }

    /// Notes something that works but deserves a look.
    func warn(_ place: ConfigurationNode.Place, _ warning: String) { warnings.append(InertText.make("\(place): \(warning)")) }

    /// Ends the reading.
    ///
    /// - Throws: ``ConfigurationError`` when there was a problem.
    func check() throws(ConfigurationError) {
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }
}
