import Hummingbird
import Logging
import Scheduler

/// One request that was let in: what its route may know of it.
struct Call: Sendable {
    /// The captured parts of the path, decoded.
    let path: [String: String]
    /// The decoded query.
    let query: QueryItems
    /// Who asks; nil on routes that are open to all.
    let principal: Principal?
    /// The caller's address as ``CallerAddress`` finds it, or `local`.
    let origin: String
    /// The `Idempotency-Key` headers.
    let idempotencyKeys: [String]
    /// Writes lines that carry the request's id.
    let logger: Logger
    let body: RequestBody
    let maximumBodyBytes: Int

    /// A captured part of the path; empty when the route has none of this name.
    subscript(part: String) -> String { path[part] ?? "" }

    /// Who asks, as the audit log and `requested_by` name them.
    var who: String? { principal?.name }

    /// Whether params may be shown (I11).
    var maySeeParams: Bool { (principal?.role ?? .viewer) >= .admin }

    /// The body, which must be one JSON object.
    ///
    /// - Parameter emptyIsObject: whether no body at all means `{}`.
    /// - Throws: 400 `M_NOT_JSON`, 400 `M_BAD_JSON`, 413 `M_TOO_LARGE`.
    func object(emptyIsObject: Bool = false) async throws -> [String: JSONValue] {
        let bytes = try await bytes()
        if bytes.isEmpty && emptyIsObject { return [:] }
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch let error as JSONParser.RepeatedKey {
            let key = String(error.key.prefix(100))
            var refusal = APIError.badBody("The key '\(key)' stands twice in one object; send it once.")
            refusal.field = key
            throw refusal
        } catch is JSONParser.Malformed {
            throw APIError(.badRequest, "M_NOT_JSON", "Content not JSON.")
        }
        guard let members = value.members else { throw APIError.badBody("Content must be a JSON object.") }
        return members
    }

    /// Waits for the request's end, for a change whose body says nothing.
    ///
    /// - Throws: 400 when it breaks off before, 413 `M_TOO_LARGE`.
    func waitForEnd() async throws { _ = try await bytes() }

    /// The refusal of a body over the bound.
    static func tooLarge(_ bound: Int) -> APIError {
        APIError(.contentTooLarge, "M_TOO_LARGE", "The body is larger than \(bound) bytes; send less.")
    }

    /// The whole body; one that breaks off before its end is refused.
    private func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                guard bytes.count + part.readableBytes <= maximumBodyBytes else { throw Self.tooLarge(maximumBodyBytes) }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch let error as APIError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIError.refused("The body could not be read to its end; send the request again.")
        }
        return bytes
    }
}
