import Difference
import Golden
import Testing

struct CauseSetTests {
    @Test(arguments: Cause.Name.allCases)
    func `a set of one cause names that cause`(name: Cause.Name) {
        #expect(CauseSet(name).names == [name])
        #expect(CauseHint.hint(for: name) != nil)
    }
}
