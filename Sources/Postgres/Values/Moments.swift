public import FoundationEssentials

extension Date: PostgresScalar {
    /// timestamptz, which counts microseconds from 2000-01-01; Foundation counts from 2001-01-01.
    @inlinable public static var typeOID: UInt32 { TypeOID.timestamptz }

    @usableFromInline static var microsecondsBetweenEpochs: Int64 { 366 * 86_400 * 1_000_000 }

    /// Appends microseconds, rounded to the nearest; infinite dates become `infinity` and `-infinity`.
    ///
    /// What does not fit is sent as a moment that the server refuses as out of range, never as another moment.
    public func encode(into bytes: inout [UInt8]) {
        let microseconds = (timeIntervalSinceReferenceDate * 1_000_000).rounded()
        let value: Int64
        if microseconds.isInfinite {
            value = microseconds > 0 ? .max : .min
        } else if let exact = Int64(exactly: microseconds), exact < Int64.max - Self.microsecondsBetweenEpochs {
            value = exact + Self.microsecondsBetweenEpochs
        } else {
            value = .min + 1
        }
        value.write(into: &bytes)
    }

    /// Reads timestamptz; `infinity` becomes an infinite date.
    public static func decode(_ bytes: UnsafeRawBufferPointer, typeOID: UInt32) throws(PostgresCellProblem) -> Date {
        switch try Int64.read(bytes) {
        case .max: Date(timeIntervalSinceReferenceDate: .infinity)
        case .min: Date(timeIntervalSinceReferenceDate: -.infinity)
        case let value: Date(timeIntervalSinceReferenceDate: (Double(value) - Double(microsecondsBetweenEpochs)) / 1_000_000)
        }
    }
}
