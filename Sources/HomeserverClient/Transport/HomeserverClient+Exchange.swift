import AsyncHTTPClient
import Foundation

extension HomeserverClient {
    /// Sends the request and reads the whole answer, within the call's timeout and size.
    func exchange(_ call: HomeserverCall) async throws -> HomeserverAnswer {
        var request = HTTPClientRequest(url: configuration.base(for: call) + call.target)
        request.method = .RAW(value: call.method.rawValue)
        request.headers.add(name: "Authorization", value: "Bearer \(try token(of: call.caller))")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "muster")
        request.headers.add(name: Self.callHeader, value: "1")
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(body))
        }
        let (http, ready, largest) = (http, request, call.largestAnswer)
        do {
            // The client's own deadline ends with the answer's head; this one covers the body too.
            return try await withThrowingTaskGroup(of: HomeserverAnswer?.self) { group in
                group.addTask {
                    let response = try await http.execute(ready, timeout: .nanoseconds(call.timeout.nanoseconds))
                    var answer = HomeserverAnswer(
                        status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type"),
                        retryAfter: response.headers.first(name: "Retry-After"))
                    if answer.isJSON { answer.body = Data(try await response.body.collect(upTo: largest).readableBytesView) }
                    return answer
                }
                group.addTask {
                    try await Task.sleep(for: call.timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let answer = first else { throw HomeserverError(.timeout, call: call.name) }
                return answer
            }
        } catch let error as HomeserverError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw Self.translated(error, call: call.name)
        }
    }

    /// Says that a request is one of Muster's own to a homeserver: a Muster that gets it is not what was meant.
    public static var callHeader: String { "Muster-Homeserver-Call" }

    private static func translated(_ error: any Error, call: String) -> HomeserverError {
        switch error {
        case let error as HTTPClientError where Self.late.contains(error): HomeserverError(.timeout, call: call)
        case let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme:
            HomeserverError(.client, call: call, serverText: "homeserver.url is not a URL of the form http://host:port; correct it")
        // The type's module is not ours to import; its name is all that is needed.
        case _ where "\(type(of: error))" == "NIOTooManyBytesError":
            HomeserverError(.invalidAnswer, call: call, serverText: "it is larger than allowed")
        default: HomeserverError(.unreachable, call: call)
        }
    }

    private static let late: [HTTPClientError] = [.deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout]
}

extension Duration {
    /// Whole nanoseconds; at most about 292 years.
    var nanoseconds: Int64 {
        let (seconds, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds &+ components.attoseconds / 1_000_000_000
    }
}

extension HomeserverConfiguration {
    /// Where a call goes.
    func base(for call: HomeserverCall) -> String { call.isForWorkers ? clientURL ?? url : url }
}
