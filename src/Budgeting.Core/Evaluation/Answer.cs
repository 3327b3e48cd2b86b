namespace Budgeting.Core.Evaluation;

/// <summary>An official's answer to a proposal.</summary>
internal sealed class Answer
{
    public long ProposalId { get; private set; }

    public bool Feasible { get; private set; }

    public Money? Cost { get; private set; }

    public string? Reason { get; private set; }

    public long? EvaluatorId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public void Give(EvaluationInput input, long? evaluatorId, DateTimeOffset now)
    {
        (Feasible, Cost, EvaluatorId, At) = (input.Feasible, input.Feasible ? input.Cost : null, evaluatorId, now);
        Reason = string.IsNullOrWhiteSpace(input.Reason) ? null : input.Reason.Trim();
    }

    public EvaluationView ToView() => new(Feasible, Cost, Reason, At);
}
