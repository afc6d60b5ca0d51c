/// The fixed OIDs of PostgreSQL's built-in types.
@usableFromInline
enum TypeOID {
    @inlinable static var bool: UInt32 { 16 }
    @inlinable static var bytea: UInt32 { 17 }
    @inlinable static var name: UInt32 { 19 }
    @inlinable static var int8: UInt32 { 20 }
    @inlinable static var int2: UInt32 { 21 }
    @inlinable static var int4: UInt32 { 23 }
    @inlinable static var text: UInt32 { 25 }
    @inlinable static var oid: UInt32 { 26 }
    @inlinable static var json: UInt32 { 114 }
    @inlinable static var float4: UInt32 { 700 }
    @inlinable static var float8: UInt32 { 701 }
    @inlinable static var unknown: UInt32 { 705 }
    @inlinable static var bpchar: UInt32 { 1042 }
    @inlinable static var varchar: UInt32 { 1043 }
    @inlinable static var timestamptz: UInt32 { 1184 }
    @inlinable static var uuid: UInt32 { 2950 }
    @inlinable static var jsonb: UInt32 { 3802 }
    /// Types of users start here: enums, citext; their binary form is read as text.
    @inlinable static var firstUserType: UInt32 { 16384 }
}
