import Foundation

/// The homeserver that the tasks work on.
struct HomeserverSettings: Sendable {
    /// How redactions are sent in a user's name.
    enum Puppet: String, Sendable, CaseIterable {
        /// With a token that the admin API makes for the user.
        case adminLogin = "admin_login"
        /// With an application service's token, masquerading as the user.
        case appservice
        /// Not at all: the admin redacts.
        case none
    }

    /// Without a slash at its end.
    let url: String
    /// Where redactions are sent, when not there; without a slash at its end.
    let clientURL: String?
    let adminToken: Secret
    /// The file that it was read from; nil when it stands in the configuration.
    let adminTokenPath: String?
    let puppet: Puppet
    /// Present when `puppet` is `appservice`.
    let asToken: Secret?
    /// Whether a user's rate limit may be lifted while a task redacts with a token of the user.
    let liftsRateLimits: Bool

    /// The settings; nil when there is no such section or it has problems.
    static func read(_ top: Section, _ secrets: SecretReading) -> HomeserverSettings? {
        guard let section = top.section("homeserver") else { return nil }
        let url = section.text("url")
        let clientURL = section.text("client_url")
        let adminToken = section.secret("admin_token", secrets)
        let adminTokenPath = section.has("admin_token_path") ? section.text("admin_token_path") : nil
        let puppet = section.choice("puppet", Puppet.self) ?? .adminLogin
        let asToken = section.secret("as_token", secrets)
        let liftsRateLimits = section.bool("lift_rate_limits") ?? true
        if !section.has("url") { section.require("url", "give the homeserver's base URL, such as http://localhost:8008.") }
        if !section.hasSecret("admin_token") {
            section.require("admin_token", "give the access token of a server admin, or a file that holds it as admin_token_path.")
        }
        if puppet == .appservice, !section.hasSecret("as_token") {
            section.require("as_token", "puppet: appservice needs the application service's token, here or as as_token_path.")
        }
        if puppet != .appservice, section.hasSecret("as_token") {
            section.complain(
                section.has("as_token") ? "as_token" : "as_token_path", "is of use only with puppet: appservice; remove it or set that.")
        }
        section.finish()
        if !top.has("server_name") { top.require("server_name", "homeserver needs the name that user ids end in, such as example.org.") }
        for (key, address) in [("url", url), ("client_url", clientURL)] where address.map(isBase) == false {
            section.complain(key, "must be a base URL of the form http://host:port or https://host, without query.")
        }
        guard let url, let adminToken, isBase(url), clientURL.map(isBase) ?? true else { return nil }
        return HomeserverSettings(
            url: trimmed(url), clientURL: clientURL.map(trimmed), adminToken: adminToken, adminTokenPath: adminTokenPath, puppet: puppet,
            asToken: asToken,
            liftsRateLimits: liftsRateLimits)
    }

    private static func isBase(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), parts.scheme == "http" || parts.scheme == "https" else { return false }
        return parts.host?.isEmpty == false && parts.query == nil && parts.fragment == nil && parts.user == nil
    }

    private static func trimmed(_ url: String) -> String {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}
