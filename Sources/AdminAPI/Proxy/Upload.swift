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

    private struct State {
        var isReading = false
        var isClosed = false
        var failure: APIError?
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
        switch try BodyLength(request.headers) {
        case .none: return nil
        case .unknown: length = .unknown
        case .known(let bytes):
            guard bytes <= limit else {
                throw APIError(.contentTooLarge, "M_TOO_LARGE", "The body is larger than \(limit) bytes; send it to the homeserver itself.")
            }
            length = .known(bytes)
        }
        body = request.body
        self.limit = limit
    }

    /// Why it could not be read to its end: it is larger than the limit, or broke off.
    var failure: APIError? { state.withLock { $0.failure } }

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
            let part: ByteBuffer?
            do {
                part = try await base.next()
            } catch let error as CancellationError {
                throw error
            } catch {
                upload.fail(.refused("The body could not be read to its end; send the request again."))
                throw error
            }
            guard let part else { return nil }
            count += Int64(part.readableBytes)
            guard count <= upload.limit else {
                let refusal = APIError(
                    .contentTooLarge, "M_TOO_LARGE", "The body is larger than what is forwarded; send it to the homeserver itself.")
                upload.fail(refusal)
                throw refusal
            }
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

    private func fail(_ error: APIError) { state.withLock { $0.failure = error } }
}
