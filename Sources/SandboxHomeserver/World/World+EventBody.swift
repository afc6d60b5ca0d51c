extension World {
    /// An event as the client API shows it.
    func body(of event: Event) -> SandboxJSON {
        let age = SandboxJSON.int(max(0, Self.now() - event.timestamp))
        var unsigned: [String: SandboxJSON] = ["age": age]
        if let first = event.redactions.first {
            unsigned["redacted_by"] = .string(first)
            if let redaction = events[first] { unsigned["redacted_because"] = body(of: redaction) }
        }
        var body: [String: SandboxJSON] = [
            "event_id": .string(event.id), "room_id": .string(event.roomID), "sender": .string(event.sender),
            "user_id": .string(event.sender), "type": .string(event.type), "content": event.visibleContent,
            "origin_server_ts": .int(event.timestamp), "unsigned": .object(unsigned), "age": age,
        ]
        if let stateKey = event.stateKey { body["state_key"] = .string(stateKey) }
        if let redacts = event.redacts { body["redacts"] = .string(redacts) }
        // Synapse repeats these two outside of `unsigned` for old clients.
        if let because = unsigned["redacted_because"] { body["redacted_because"] = because }
        return .object(body)
    }

    func body(of page: Page) -> SandboxJSON {
        var body: [String: SandboxJSON] = [
            "chunk": .array(page.events.map { self.body(of: $0) }), "start": .string(page.start.token),
        ]
        if let end = page.end { body["end"] = .string(end.token) }
        return .object(body)
    }
}
