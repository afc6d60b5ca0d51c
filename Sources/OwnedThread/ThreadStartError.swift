import Glibc

/// The system refused a thread or the pipe that wakes it.
public struct ThreadStartError: Error, CustomStringConvertible {
    /// The system call that failed.
    public let call: String
    /// The reason, as the system numbers it.
    public let errno: Int32

    init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    /// What failed and which limits to look at.
    public var description: String {
        "\(call) failed: \(String(cString: strerror(errno))); check the limits of threads and open files (ulimit -u, ulimit -n)"
    }
}
