import Postgres

@testable import Scheduler

/// All statements of the store.
enum EveryStatement {
    static let all: [any Statement.Type] = [
        AcquireKey.self, AddPartitions.self, Beat.self, CancelWaiting.self, ChangeState.self, ClaimInRoom.self,
        ClaimMarked.self, ClaimOwnership.self, ClaimTasks.self, ClaimWithin.self, CompleteAttempts.self,
        CountPending.self, DeferAttempts.self, DropPartition.self, EndAttempts.self, FindAccessFaults.self,
        FindActionNumbers.self, FindCompleted.self, FindDeadRows.self, FindEncoding.self, FindLiveInstances.self,
        FindMissedCancels.self, FindMissingPrivileges.self, FindNamesake.self, FindOwner.self,
        FindPreparedTransactions.self, FindReady.self, FindRoom.self, FindSchemaVersion.self,
        FindSnapshotHolders.self, FindTaken.self, FindTask.self, FindToken.self, FindUncovered.self,
        FindUnfinishedActions.self, FindVacuumRight.self, ForgetKeys.self, GiveTurnBack.self, InsertAudit.self,
        InsertSchemaChange.self, InsertSchemaVersion.self, InsertToken.self, ListAttempts.self, ListAudit.self,
        ListClaims.self, ListIndexHealth.self, ListNeighbours.self, ListPartitions.self, ListProcesses.self,
        ListSchemaChanges.self, ListSlots.self, ListTableHealth.self, ListTasksNewestFirst.self,
        ListTasksOfResource.self, ListTasksOldestFirst.self, ListTokens.self, LockLimits.self, MarkDead.self,
        MarkUncovered.self, Notify.self, NotifyAtCommit.self, ParkAdopted.self, ParkAttempts.self, ParkUncovered.self,
        PromoteDue.self, ReadCatalogue.self, ReadClock.self, ReadConnectionLimits.self, ReadPartitionHealth.self,
        ReadServerSettings.self, ReclaimTasks.self, RegisterActions.self, RegisterHandlers.self, RegisterProcess.self,
        ReleaseClaims.self, ReleaseKey.self, ReplaceOwner.self, RequestCancel.self, ReserveIDs.self,
        ResumeAdopted.self, RetryFinished.self, RevokeToken.self, RunNow.self, SaveProgress.self, SchemaExists.self,
        SetBackDeferred.self, SetBackHeartbeats.self, SpendTokens.self, SubmitKeyed.self, SubmitOne.self,
        SubmitPlain.self, SubmitTasks.self, SweepLeftovers.self, SweepOrphans.self, SweepPartition.self,
        TakeTurn.self, UnparkCovered.self,
    ]
}
