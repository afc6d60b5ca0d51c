import Foundation

/// Reading secrets, inline or from a file.
extension Section {
    /// A secret under `key`, or in the file that `key_path` names; both at once is a problem.
    ///
    /// One trailing line break of a file is not part of the secret.
    ///
    /// - Parameter isSecret: whether a value that stands in the configuration itself must not be read by others
    func secret(_ key: String, _ reading: SecretReading, isSecret: (String) -> Bool = { _ in true }) -> Secret? {
        let pathKey = key + "_path"
        let inline = has(key)
        guard has(pathKey) else {
            guard inline, let secret = text(key) else { return nil }
            if isSecret(secret) { warnAboutOwnFile(key) }
            return Secret(secret)
        }
        if inline {
            complain(pathKey, "and '\(name(key))' are both given; keep one.")
            return nil
        }
        guard let path = text(pathKey) else { return nil }
        switch reading {
        case .leave, .databaseOnly: return Secret("")
        case .read: return readSecret(pathKey, path)
        }
    }

    /// Whether either form of the secret is there, readable or not.
    func hasSecret(_ key: String) -> Bool {
        let (inline, path) = (has(key), has(key + "_path"))
        return inline || path
    }

    private func readSecret(_ key: String, _ path: String) -> Secret? {
        do {
            let text = try Secret.text(path)
            if text.isEmpty {
                complain(key, "names \(path), which is empty.")
                return nil
            }
            warnAboutMode(key, path)
            return Secret(text)
        } catch {
            complain(key, "names \(path), but the file \(error)")
            return nil
        }
    }

    private func warnAboutMode(_ key: String, _ path: String) {
        guard isOpenToAll(path) else { return }
        problems.warn(
            node(key)?.place ?? place, "'\(name(key))' names \(path), which every user of this machine may read; use mode 0640 or 0600.")
    }

    private func warnAboutOwnFile(_ key: String) {
        guard let place = node(key)?.place, isOpenToAll(place.file) else { return }
        problems.warn(
            place,
            "'\(name(key))' stands in a file that every user of this machine may read; give the file mode 0640 or 0600, or use "
                + "\(name(key))_path.")
    }

    private func isOpenToAll(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let mode = attributes?[.posixPermissions] as? Int else {
            return false
        }
        return mode & 0o004 != 0
    }
}

extension Secret {
    /// The most bytes of a secret's file.
    private static let mostBytes = 65_536

    fileprivate static func text(_ path: String) throws(SmallFile.Unreadable) -> String {
        var text = try SmallFile.text(at: path, maximumBytes: mostBytes)
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }

    /// Reads a secret's file while the process runs, on a thread that may wait; nil when it cannot be read, as while it is being replaced.
    static func readAgain(_ path: String) async -> Secret? {
        await withCheckedContinuation { (done: CheckedContinuation<Secret?, Never>) in
            DispatchQueue.global().async { done.resume(returning: (try? text(path)).map(Secret.init)) }
        }
    }
}
