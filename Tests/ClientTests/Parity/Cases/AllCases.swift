extension ParityCase {
    /// Every case, by group.
    static let all = access + redactInput + redacts + purgeInput + purges + deleteInput + deletes + lists
}
