import Scheduler

/// Where a process answers the others: a host and port, or a Unix socket.
enum InstanceAddress: Sendable, Hashable {
    case tcp(host: String, port: Int)
    case unix(path: String)
}

/// `instance_map`: the processes that there are.
enum InstanceMap {
    /// The address of each name, `master` written as `main`.
    ///
    /// Without the key there is `main` alone, without an address.
    static func read(_ top: Section) -> [String: InstanceAddress] {
        guard let map = top.section("instance_map") else { return [:] }
        var instances: [String: InstanceAddress] = [:]
        for entry in map.allEntries {
            let name = InstanceName.normalised(entry.key)
            guard isName(name) else {
                top.problems.add(entry.place, "'instance_map' has the name '\(entry.key)'; use 1 to 100 letters, digits, '_', '.', '-'.")
                continue
            }
            guard let section = Section(entry.value, path: map.name(entry.key), problems: top.problems) else { continue }
            guard let address = address(section) else { continue }
            if instances.updateValue(address, forKey: name) != nil {
                top.problems.add(entry.place, "'instance_map' names the main process twice, as main and as master; keep main.")
            }
        }
        return instances
    }

    static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    }

    private static func address(_ section: Section) -> InstanceAddress? {
        let host = section.text("host")
        let port = section.int("port", in: 1...65_535)
        let path = section.text("path")
        let (hasHost, hasPort, hasPath) = (section.has("host"), section.has("port"), section.has("path"))
        section.finish()
        if hasPath, hasHost || hasPort {
            section.complain("path", "stands beside host or port; keep either path or both of those.")
            return nil
        }
        if let path { return .unix(path: path) }
        if !hasPath {
            if !hasHost { section.require("host", "give host and port, or path.") }
            if !hasPort { section.require("port", "give host and port, or path.") }
        }
        if let host, let port { return .tcp(host: host, port: port) }
        return nil
    }
}
