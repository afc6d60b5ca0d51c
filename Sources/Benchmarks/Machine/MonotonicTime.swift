import Glibc

/// The clock that all processes of the machine share and that nobody sets.
enum MonotonicTime {
    /// Nanoseconds since some moment before.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
