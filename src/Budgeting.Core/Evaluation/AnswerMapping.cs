using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Evaluation;

internal sealed class AnswerMapping : IEntityTypeConfiguration<Answer>
{
    public void Configure(EntityTypeBuilder<Answer> table)
    {
        table.ToTable("evaluations", check => check.HasCheckConstraint(
            "ck_evaluations_cost", "(feasible AND cost IS NOT NULL AND cost > 0) OR (NOT feasible AND cost IS NULL AND reason IS NOT NULL)"));
        table.HasKey(answer => answer.ProposalId);
        table.Property(answer => answer.ProposalId).ValueGeneratedNever();
    }
}
