/// The version of this build.
enum Version {
    /// As in the changelog.
    static let current = "0.3.0"
}
