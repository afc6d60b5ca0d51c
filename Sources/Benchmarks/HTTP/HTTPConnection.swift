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
    ///
    /// Byte by byte and without a string: it shares the machine with the server under test.
    static func status(of bytes: ArraySlice<UInt8>) -> Int? {
        var status: Int?
        var length = 0
        var line = bytes.startIndex
        while let end = bytes[line...].firstIndex(of: 10) {
            let isEmpty = end == line || (end == line + 1 && bytes[line] == 13)
            if isEmpty { return bytes.endIndex - (end + 1) >= length ? status : nil }
            if line == bytes.startIndex {
                status = bytes[line..<end].firstIndex(of: 32).flatMap { number(bytes[$0..<end]) }
            } else if starts(bytes[line..<end], with: lengthField) {
                length = number(bytes[(line + lengthField.count)..<end]) ?? 0
            }
            line = end + 1
        }
        return nil
    }

    private static let lengthField = Array("content-length:".utf8)

    // Letters of a field's name may be large or small.
    private static func starts(_ line: ArraySlice<UInt8>, with name: [UInt8]) -> Bool {
        line.count >= name.count && zip(line, name).allSatisfy { $0 == $1 || $0 | 32 == $1 && $1 >= 97 }
    }

    // The decimal number that comes first behind spaces.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value: Int?
        for byte in bytes.drop(while: { $0 == 32 }) {
            guard byte >= 48, byte <= 57 else { break }
            value = min((value ?? 0) * 10 + Int(byte - 48), 1 << 40)
        }
        return value
    }
}
