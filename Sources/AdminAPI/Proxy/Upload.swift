import AsyncHTTPClient
import Hummingbird
import NIOCore
import Synchronization

/// The body of a forwarded request on its way to the homeserver: counted, and readable by one at a time.
///
/// The homeserver may answer before it has read everything. The server then reads what is left, and must not meet the forwarding in the
/// middle of a read: ``close()`` keeps them apart.
final class Upload: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// More was sent than is forwarded.
    struct TooLarge: Error {}

    private struct State {
        var isReading = false
        var isClosed = false
        var isTooLarge = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// How long the caller says that it is.
    let length: HTTPClientRequest.Body.Length
    private let body: RequestBody
    private let limit: Int64
    private let state = Mutex(State())

    /// The body of a request; nil when it has none.
    ///
    /// - Throws: 413 when the caller says that it is larger than the limit.
    init?(_ request: Request, limit: Int64) throws {
        let declared = request.headers[.contentLength].flatMap { Int64($0) }
        guard declared ?? 0 <= limit else {
            throw APIError(.contentTooLarge, "M_TOO_LARGE", "The body is larger than \(limit) bytes; send it to the homeserver itself.")
        }
        if let declared, declared > 0 {
            length = .known(declared)
        } else if declared == nil, request.headers[.transferEncoding] != nil {
            length = .unknown
        } else {
            return nil
        }
        body = request.body
        self.limit = limit
    }

    /// Whether it turned out to be larger than the limit.
    var isTooLarge: Bool { state.withLock { $0.isTooLarge } }

    /// Ends the reading, and returns when nobody reads any more.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.isReading { state.waiter = continuation }
                return !state.isReading
            }
            if isIdle { continuation.resume() }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(upload: self, base: body.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        let upload: Upload
        var base: RequestBody.AsyncIterator
        var count: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            guard upload.begin() else { throw CancellationError() }
            defer { upload.end() }
            guard let part = try await base.next() else { return nil }
            count += Int64(part.readableBytes)
            guard count <= upload.limit else { throw upload.refuse() }
            return part
        }
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.isReading = true
            return true
        }
    }

    private func end() {
        let waiter = state.withLock { state in
            state.isReading = false
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func refuse() -> TooLarge {
        state.withLock { $0.isTooLarge = true }
        return TooLarge()
    }
}
