# shellcheck shell=bash
# What this benchmark knows of its AWS account and Seqera Platform workspace.
# Source it in every new shell, from bash or zsh:  . ./env.sh
# Values must be free of spaces and shell characters: seqerakit hands them to a shell unquoted.

# Prefix of the names of the compute environments, the pipelines and the report's dataset
export COMPUTE_ENV_PREFIX=<< cookiecutter.compute_env_prefix | shell >>

# Seqera Platform organization
export ORGANIZATION_NAME=<< cookiecutter.organization_name | shell >>

# Workspace of that organization
export WORKSPACE_NAME=<< cookiecutter.workspace_name | shell >>

# Name of the AWS credentials stored in that workspace; a name, never a key
export AWS_CREDENTIALS=<< cookiecutter.aws_credentials | shell >>

# AWS region to compute in
export AWS_REGION=<< cookiecutter.aws_region | shell >>

# S3 work directory for Nextflow, in that region
export AWS_WORK_DIR=<< cookiecutter.aws_work_dir | shell >>

# S3 buckets the tasks may read and write, separated by commas
export AWS_COMPUTE_ENV_ALLOWED_BUCKETS=<< cookiecutter.aws_compute_env_allowed_buckets | shell >>

# S3 path under which the results are written, one folder per kind of run
export PIPELINE_OUTDIR_PREFIX=<< cookiecutter.pipeline_outdir_prefix | shell >>

# Nextflow profiles of the pipeline; standard stands for none
export PIPELINE_PROFILE=<< cookiecutter.pipeline_profile | shell >>

# API endpoint of the Seqera Platform
export TOWER_API_ENDPOINT=<< cookiecutter.tower_api_endpoint | shell >>

# AWS account this folder is for; make preflight compares it with the one that aws is signed in to
<% if cookiecutter.aws_account_id %>
export AWS_ACCOUNT_ID=<< cookiecutter.aws_account_id | shell >>
<% else %>
unset AWS_ACCOUNT_ID # not pinned to an account
<% endif %>

# Of these, six end TIME by chance
letters=abcdefghijklmnopqrstuvwxyz0123456789
# End of the run names, so that no two in the world are alike: source this file again before launching again
TIME="$(date +%Y%m%d-%H%M%S)-${letters:$((RANDOM % 36)):1}${letters:$((RANDOM % 36)):1}${letters:$((RANDOM % 36)):1}${letters:$((RANDOM % 36)):1}${letters:$((RANDOM % 36)):1}${letters:$((RANDOM % 36)):1}"
unset letters
export TIME

if [ -z "${TOWER_ACCESS_TOKEN:-}" ]; then
  echo "env.sh: TOWER_ACCESS_TOKEN is not set. Before seqerakit or tw, paste it after: read -rs TOWER_ACCESS_TOKEN && export TOWER_ACCESS_TOKEN" >&2
fi
