import Glibc

/// One kept-alive HTTP/1.1 connection that blocks its thread: next to nothing, so that the server under test has the machine.
final class HTTPConnection {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard status == 0 else { throw BenchmarkError("The process under test does not listen on port \(port).") }
    }

    deinit { close(descriptor) }

    /// Sends a request and waits for its answer.
    ///
    /// - Returns: the status code.
    func exchange(_ request: [UInt8]) throws -> Int {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: sent), request.count - sent) }
            guard count > 0 else { throw cut }
            sent += count
        }
        var received = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: received), $0.count - received) }
            guard count > 0 else { throw cut }
            received += count
            if let status = HTTPAnswer.status(of: buffer[..<received]) { return status }
            guard received < buffer.count else { throw BenchmarkError("The process under test answered more than 16 KiB.") }
        }
    }

    private var cut: BenchmarkError { BenchmarkError("The process under test closed the connection before it had answered.") }
}

/// Reads just enough of an answer to know that it is complete.
enum HTTPAnswer {
    /// The status code once head and body are there; nil before.
    static func status(of bytes: ArraySlice<UInt8>) -> Int? {
        guard let head = end(of: bytes) else { return nil }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        let length = lines.lazy.compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
            return Int(parts[1].filter { $0 != " " })
        }.first
        guard words.count > 1, let status = Int(words[1]), bytes.endIndex - head >= length ?? 0 else { return nil }
        return status
    }

    // The byte behind the empty line.
    private static func end(of bytes: ArraySlice<UInt8>) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4 else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - 4) where bytes[start] == 13 && bytes[start..<start + 4].elementsEqual(mark) {
            return start + 4
        }
        return nil
    }
}
