import Testing

@testable import Scheduler

struct WakeUpPayloadTests {
    @Test(arguments: [WakeUp.work, .rollCall, .missed, .cancel(TaskID(rawValue: 1)), .cancel(TaskID(rawValue: .max))])
    func `a wake-up survives its journey`(wakeUp: WakeUp) {
        #expect(WakeUp(payload: wakeUp.payload) == wakeUp)
        #expect(wakeUp.payload.utf8.count < 8000)  // what one notification holds
    }

    @Test(arguments: ["", "work ", "WORK", "cancel", "cancel:", "cancel:0", "cancel:-1", "cancel:x", "cancel:1:2", "later_words", "\0"])
    func `what a later version may send is not understood, and not taken for something else`(payload: String) {
        #expect(WakeUp(payload: payload) == nil)
    }
}
