/// `server_name`: what user ids end in.
enum ServerName {
    static func read(_ top: Section) -> String? {
        guard let name = top.text("server_name") else { return nil }
        let allowed = name.utf8.count <= 230 && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) }
        if !allowed { top.complain("server_name", "must be a host name, such as example.org, with a port if user ids have one.") }
        return name
    }
}
