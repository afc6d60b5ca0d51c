public import Foundation

extension UUID {
    /// A new identity: 122 random bits, version 4.
    ///
    /// They come from the standard library's generator, which asks the kernel for them and ends the process where it
    /// gives none. `UUID()` opens a file instead, and in a process that may open no more files it is all zeros without
    /// a word: two processes of one incarnation.
    public static func random() -> UUID {
        var source = SystemRandomNumberGenerator()
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &bytes) { bytes in
            bytes.storeBytes(of: source.next(), as: UInt64.self)
            bytes.storeBytes(of: source.next(), toByteOffset: 8, as: UInt64.self)
            bytes[6] = bytes[6] & 0x0F | 0x40
            bytes[8] = bytes[8] & 0x3F | 0x80
        }
        return UUID(uuid: bytes)
    }
}
