import Foundation
import Testing

@testable import Scheduler

@Suite struct `Identities` {
    @Test func `a new one is of version 4, and no two are the same`() {
        let all = (0..<1000).map { _ in UUID.random() }
        #expect(Set(all).count == 1000)
        for id in all {
            #expect(id.uuid.6 >> 4 == 4 && id.uuid.8 >> 6 == 2, "\(id)")
            #expect(id.uuid.0 != 0 || id.uuid.1 != 0 || id.uuid.15 != 0 || id.uuid.14 != 0, "\(id)")
        }
    }

    @Test func `a place that cannot be read is nobody else's, or strangers would be declared dead`() {  // I8
        #expect(ProcessIdentity.place(boot: "b\n", namespace: "pid:[1]") == "b pid:[1]")
        for (boot, namespace) in [(nil, "pid:[1]"), ("", "pid:[1]"), ("b", nil), (nil, nil)] as [(String?, String?)] {
            let first = ProcessIdentity.place(boot: boot, namespace: namespace)
            #expect(first != ProcessIdentity.place(boot: boot, namespace: namespace))
        }
    }
}
