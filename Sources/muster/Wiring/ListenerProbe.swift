import Foundation

/// Tries an address before anything is registered in the database, so that a port in use is one clear line and leaves no trace.
enum ListenerProbe {
    /// Binds the address and gives it back at once.
    ///
    /// - Returns: what is wrong, with address and port; nil when it can be listened on.
    static func problem(host: String, port: Int) -> String? {
        guard port != 0 else { return nil }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // Addresses only: a name would be looked up, which may take long.
        hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let numeric = host == "localhost" ? "127.0.0.1" : host
        guard getaddrinfo(numeric, String(port), &hints, &found) == 0, let address = found else {
            return "The listener's address '\(InertText.make(host))' is no IP address; correct bind_addresses."
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        guard descriptor >= 0 else { return problem(host, port, errno) }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 else {
            return problem(host, port, errno)
        }
        return nil
    }

    /// A free port of 127.0.0.1; somebody else may take it at once.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw CommandFailure(.configuration, problem("127.0.0.1", 0, errno)) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(descriptor, general, length) == 0 ? getsockname(descriptor, general, &length) : -1
            }
        }
        guard status == 0 else { throw CommandFailure(.configuration, problem("127.0.0.1", 0, errno)) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func problem(_ host: String, _ port: Int, _ code: Int32) -> String {
        let place = "\(host):\(port)"
        return switch code {
        case EADDRINUSE: "Port \(port) is in use on \(host); stop the other program or choose another port in listeners."
        case EACCES: "Port \(port) on \(host) may not be opened by this user; choose one above 1023."
        case EADDRNOTAVAIL: "The address \(host) is not one of this machine's; correct bind_addresses."
        default: "\(place) cannot be opened: \(String(cString: strerror(code)))."
        }
    }
}
