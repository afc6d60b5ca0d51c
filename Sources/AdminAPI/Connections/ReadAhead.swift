import NIOCore

/// What was read of a connection and how much of it may be passed on to be parsed: a rule without I/O.
///
/// A client may send requests without waiting for answers. Once parsed, one of a few bytes takes some hundred times as
/// many. So bytes are parsed in small pieces, and no more of them while ``limit`` requests wait for their answers; a
/// body that was announced passes as it comes.
struct ReadAhead {
    /// What is parsed at once outside a body: as a rule one head, at the worst some dozens.
    static let piece = 512
    /// The same within a body whose length was not announced.
    static let pieceOfChunks = 2048

    /// Requests that may be read before the first of them is answered.
    let limit: Int
    /// Requests whose heads were complete and whose answers are not.
    private(set) var unanswered = 0
    /// Whether a head was complete and its body is not.
    private(set) var isReceiving = false
    private var isChunked = false
    /// Bytes of the body that are to come, or may be passed on at once.
    private var expected = 0
    private var held = ByteBuffer()

    init(limit: Int) { self.limit = limit }

    /// Whether bytes wait here.
    var isEmpty: Bool { held.readableBytes == 0 }

    /// Whether more may be parsed, and read where nothing is left to be parsed.
    var mayGoOn: Bool { isReceiving || unanswered < limit }

    /// A head was complete.
    ///
    /// - Parameter length: of its body; nil when only the body's end will tell
    mutating func requestBegan(bodyLength length: Int?) {
        unanswered += 1
        isReceiving = true
        isChunked = length == nil
        expected = length ?? Self.pieceOfChunks
    }

    /// A part of a body came.
    mutating func bodyCame(_ count: Int) {
        if !isChunked { expected -= count }
    }

    /// A request was complete.
    mutating func requestEnded() {
        isReceiving = false
        expected = 0
    }

    /// An answer was complete.
    mutating func answerEnded() { unanswered -= 1 }

    /// Bytes were read.
    mutating func hold(_ bytes: ByteBuffer) {
        if isEmpty {
            held = bytes
        } else {
            held.writeImmutableBuffer(bytes)
        }
    }

    /// The next bytes to be parsed; nil when there are none, or enough requests wait.
    mutating func next() -> ByteBuffer? {
        guard mayGoOn, !isEmpty else { return nil }
        let piece = held.readSlice(length: min(held.readableBytes, max(expected, Self.piece)))
        if isEmpty { held = ByteBuffer() }
        return piece
    }
}
