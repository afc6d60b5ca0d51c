import Scheduler

/// An HTTP port that a process opens.
struct ListenerSettings: Sendable, Hashable {
    /// What is served on a port.
    enum Resource: String, Sendable, CaseIterable {
        case admin, dashboard, metrics, health, replication, proxy
    }

    /// 0 takes a free one.
    let port: Int
    let bindAddresses: [String]
    let resources: Set<Resource>

    /// The listeners under a key.
    static func read(_ top: Section, key: String) -> [ListenerSettings] {
        guard let items = top.list(key) else { return [] }
        var listeners: [ListenerSettings] = []
        for (index, item) in items.enumerated() {
            guard let section = Section(item, path: "\(key)[\(index)]", problems: top.problems) else { continue }
            guard let listener = read(section) else { continue }
            for other in listeners where other.port == listener.port && listener.port != 0 {
                if let address = listener.bindAddresses.first(where: other.bindAddresses.contains) {
                    section.complain("port", "\(listener.port) on \(address) is taken by another listener; choose another.")
                }
            }
            if listener.resources.contains(.replication), let open = listener.bindAddresses.first(where: { !isPrivate($0) }) {
                top.problems.warn(
                    item.place, "'\(key)[\(index)]' serves replication on \(open), which others may reach; bind it to a private address.")
            }
            listeners.append(listener)
        }
        return listeners
    }

    private static func read(_ section: Section) -> ListenerSettings? {
        let port = section.int("port", in: 0...65_535)
        let addresses = section.names("bind_addresses") ?? ["127.0.0.1"]
        if let type = section.text("type"), type != "http" { section.complain("type", "must be http, not '\(type)'.") }
        let resources = resources(section)
        if !section.has("port") { section.require("port", "give the port to listen on.") }
        if !section.has("resources") { section.require("resources", "say what to serve, such as [{names: [admin, health]}].") }
        section.finish()
        if let resources, resources.contains(.proxy), !resources.contains(.admin) {
            section.complain("resources", "has 'proxy' without 'admin': Muster's own paths would go to the homeserver; add admin.")
        }
        guard let port, let resources else { return nil }
        return ListenerSettings(port: port, bindAddresses: addresses, resources: resources)
    }

    private static func resources(_ section: Section) -> Set<Resource>? {
        guard let items = section.list("resources") else { return nil }
        var resources: Set<Resource> = []
        for (index, item) in items.enumerated() {
            guard let group = Section(item, path: section.name("resources[\(index)]"), problems: section.problems) else { continue }
            for name in group.names("names") ?? [] {
                if let resource = Resource(rawValue: name) {
                    resources.insert(resource)
                } else {
                    group.complain("names", unknown(name))
                }
            }
            if !group.has("names") { group.require("names", "list what to serve.") }
            group.finish()
        }
        return resources
    }

    private static func unknown(_ name: String) -> String {
        let known = Resource.allCases.map(\.rawValue)
        let hint = NearestName.to(name, among: known).map { "did you mean '\($0)'?" } ?? "there are \(known.joined(separator: ", "))."
        return "has the unknown resource '\(name)'; \(hint)"
    }

    /// Loopback and the private ranges of IPv4 and IPv6; a host name is taken to be private.
    static func isPrivate(_ address: String) -> Bool {
        if address.contains(":") {
            let lower = address.lowercased()
            return lower == "::1" || lower.hasPrefix("fc") || lower.hasPrefix("fd") || lower.hasPrefix("fe80")
        }
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard parts.count == 4 else { return true }
        switch (parts[0], parts[1]) {
        case (10, _), (127, _), (192, 168), (172, 16...31), (100, 64...127), (169, 254): return true
        default: return false
        }
    }
}
