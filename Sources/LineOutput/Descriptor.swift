import Glibc

/// Writing to a file descriptor that was handed to this process, which others may share: its flags stay as they are.
package enum Descriptor {
    /// Writes all bytes, and waits as long as that takes, also where the descriptor does not block.
    ///
    /// SIGPIPE must be ignored or blocked.
    ///
    /// - Returns: how many bytes were written, and the error number that ended it before all were; nil when all were
    package static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> (count: Int, failure: Int32?) {
        bytes.withUnsafeBytes { buffer in
            var count = 0
            while count < buffer.count {
                errno = 0
                let written = Glibc.write(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                if written > 0 {
                    count += written
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN: waitForRoom(descriptor)
                case let failure: return (count, failure)
                }
            }
            return (count, nil)
        }
    }

    /// Makes sure that 0, 1 and 2 are open, at the start of a program.
    ///
    /// Where a parent closed one, the next file or connection would get its number, and lines for people would go there.
    package static func fillStandardOnes() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is given out: this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    private static func waitForRoom(_ descriptor: Int32) {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, 1000)
    }
}
