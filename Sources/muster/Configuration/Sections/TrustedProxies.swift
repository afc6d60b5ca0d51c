import AdminAPI

/// `trusted_proxies`: whose `X-Forwarded-For` is believed.
enum TrustedProxies {
    static func read(_ top: Section) -> [AddressRange] {
        (top.names("trusted_proxies") ?? []).compactMap { text in
            if let range = AddressRange(text) { return range }
            top.complain(
                "trusted_proxies",
                "must be IP addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with nothing set behind the length, not '\(text)'.")
            return nil
        }
    }
}
