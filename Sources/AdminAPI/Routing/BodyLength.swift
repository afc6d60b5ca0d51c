import HTTPTypes
import Hummingbird

/// What a request says of its body before it comes.
enum BodyLength: Equatable {
    /// There is none.
    case none
    /// So many bytes, at least 1.
    case known(Int64)
    /// In chunks, however many.
    case unknown

    /// Reads the header.
    ///
    /// - Throws: 400 for a length that is no number of bytes, or one beside chunks: it could be read in two ways.
    init(_ fields: HTTPFields) throws {
        let lengths = fields[values: .contentLength]
        let isChunked = fields[.transferEncoding] != nil
        guard let text = lengths.first else {
            self = isChunked ? .unknown : .none
            return
        }
        guard lengths.count == 1, !isChunked, text.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int64(text) else {
            throw APIError.refused("The Content-Length header must be one number of bytes, without Transfer-Encoding beside it.")
        }
        self = length == 0 ? .none : .known(length)
    }
}
